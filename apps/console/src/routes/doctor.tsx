export { Doctor as DoctorRoute } from '../see/doctor.js';
